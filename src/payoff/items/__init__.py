"""The table to decide on: reading it, what each column is for, and its learning and audit parts."""

from payoff.items.checks import check_roles
from payoff.items.duplicates import near_duplicates
from payoff.items.kinds import Kind, kind_of, text_of, why_no_feature
from payoff.items.parts import group_numbers, split
from payoff.items.reading import as_table
from payoff.items.roles import Items, Roles, infer_roles, items_from, new_items

__all__ = [
    "Items",
    "Kind",
    "Roles",
    "as_table",
    "check_roles",
    "group_numbers",
    "infer_roles",
    "items_from",
    "kind_of",
    "near_duplicates",
    "new_items",
    "split",
    "text_of",
    "why_no_feature",
]
