# A site without a database.
database_forward() { :; }
database_back() { :; }
database_leave() { :; }
