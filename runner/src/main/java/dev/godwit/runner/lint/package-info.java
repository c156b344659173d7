/**
 * What a version's SQL destroys, and what it locks, told from its text alone: {@link
 * dev.godwit.runner.lint.Linter}.
 *
 * <p>The way: {@link dev.godwit.runner.lint.Lexer} makes tokens of the text as the server does,
 * {@link dev.godwit.runner.lint.Splitter} makes statements of tokens, and for each statement one
 * class knows its grammar and reads it to its end. What isn't read to its end is not known, and
 * counts as destructive. See {@code docs/decisions/0013-a-linter-of-exact-patterns.md}.
 */
package dev.godwit.runner.lint;
