"""What `./dev` hands over to: starting, testing, checking and measuring the back office.

Development only: nothing in the product imports this package.
"""
