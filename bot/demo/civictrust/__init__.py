"""CivicTrust: a document-issuing system on three nodes, for the shipped procedures to recover.

It knows nothing of the bot; the bot meets it over HTTP only. Nothing is imported here, so that
the operator's command starts fast.
"""
