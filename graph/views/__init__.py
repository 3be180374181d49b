"""The artist graph and other views for analyses and exports."""
