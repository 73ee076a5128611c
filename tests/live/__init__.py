"""What a real MariaDB makes of our filters: nothing about the database is believed that it does not confirm."""
