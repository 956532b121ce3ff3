"""The parts of benchmarks/judge.py, one table a module; worlds are what is judged, methods are who judges."""
