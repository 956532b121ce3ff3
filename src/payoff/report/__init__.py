"""What a project has to say: the page, the terminal and the notebook, from one record and in the same words."""
