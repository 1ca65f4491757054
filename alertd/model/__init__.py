"""The nouns that every stage shares: tables, frozen values, the working calendar as arithmetic. No habits."""
