"""A document as data, and its faces: the forms in which it is written. No run is known here."""
