"""The files of a data set: manifest, lock, card, splits."""
