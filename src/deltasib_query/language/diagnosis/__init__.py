"""What is wrong with a text that is no filter: where, in plain words, and the edit that mends it.

`diagnose.diagnose` reads the text from start to end beside an automaton that knows which terminals can stand next.
Where one of them stands, both move on. Where none does, the reader reports a problem. If it can tell what was meant, it
adds the edit as a repair, moves the automaton as if the edit had been made, and reads on; if not, it gives up.
`filters.reading` then makes the edits and parses the result like any other text, so a wrong repair cannot become a
wrong filter.

The reader is one class in parts, one part for each place in a filter:

    Username != "ali" && ...
    ^^^^^^^^                     conditions     a field or a parenthesis
             ^^                  operators      an operator, `in` or `between`
                ^^^^^            literals       the value
                      ^^         connectives    `and`, `or`, a parenthesis that closes
                         ^^^     diagnose       the end of the text

    scanner      what the parts share: the position, the problems so far, blanks
    automaton    which terminals can stand next
    synonyms     other spellings of operators and keywords, words of SQL, misspelt names
    repairs      makes edits, and brings the problems of the repaired text back to the text as it was typed

| problem code | reported by |
| --- | --- |
| `encoded` `empty` `unexpected-end` `unclosed-parenthesis` | diagnose |
| `no-field` `quoted-field` `reversed` `negation` | conditions |
| `operator` `missing-operator` `in` `between` `split-name` `qualified-field` `function` | operators |
| `quotes` `unclosed-quote` `bare-word` `number` `digits` `null` `prefixed-text` `unsafe-character` | literals |
| `keyword` `missing-keyword` `glued-keyword` `comma` `semicolon` `stray-quote` `unopened-parenthesis` | connectives |
| `comment` `invisible-character` `unknown-character` `unexpected` | scanner |
| every other: fields and their values | `filters.checker` |
"""
