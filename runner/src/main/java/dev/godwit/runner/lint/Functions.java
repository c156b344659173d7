package dev.godwit.runner.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * The functions that an expression calls, and what is known of them. A function that isn't known is
 * a program of its own.
 */
final class Functions {

  /** PostgreSQL's own that change nothing, and give the same throughout a statement. */
  static final Set<String> STEADY =
      words(
          """
          abs acos age array_agg array_append array_cat array_length array_lower array_ndims
          array_position array_positions array_prepend array_remove array_replace array_to_json
          array_to_string array_upper ascii asin atan atan2 avg bit_and bit_length bit_or bool_and
          bool_or btrim cardinality cbrt ceil ceiling char_length character_length chr concat
          concat_ws corr cos cot count cume_dist current_database current_schema current_schemas
          current_setting date date_part date_trunc decode degrees dense_rank div encode every exp
          extract first_value float4 float8 floor format format_type gcd generate_series
          generate_subscripts get_byte has_column_privilege has_schema_privilege
          has_table_privilege host initcap int2 int4 int8 isempty isfinite json_agg
          json_array_elements json_array_elements_text json_array_length json_build_array
          json_build_object json_each json_each_text json_extract_path json_extract_path_text
          json_object json_object_agg json_object_keys json_populate_record
          json_populate_recordset json_strip_nulls json_to_record json_to_recordset json_typeof
          jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length
          jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
          jsonb_extract_path_text jsonb_insert jsonb_object jsonb_object_agg jsonb_object_keys
          jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array
          jsonb_path_query_first jsonb_populate_record jsonb_populate_recordset jsonb_pretty
          jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
          jsonb_typeof justify_days justify_hours justify_interval lag last_value lcm lead left
          length ln log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval
          make_time make_timestamp make_timestamptz masklen max md5 min min_scale mod mode netmask
          network normalize now nth_value ntile num_nonnulls num_nulls numeric numrange int4range
          int8range daterange tsrange tstzrange obj_description octet_length overlay parse_ident
          percent_rank percentile_cont percentile_disc pg_column_size pg_get_constraintdef
          pg_get_expr pg_get_functiondef pg_get_indexdef pg_get_serial_sequence pg_get_viewdef
          pg_typeof phraseto_tsquery pi plainto_tsquery position power quote_ident quote_literal
          quote_nullable radians range_agg rank regexp_count regexp_instr regexp_like
          regexp_match regexp_matches regexp_replace regexp_split_to_array regexp_split_to_table
          regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim scale
          set_byte setweight sha224 sha256 sha384 sha512 sign sin split_part sqrt starts_with
          statement_timestamp stddev stddev_pop stddev_samp string_agg string_to_array
          string_to_table strip strpos substr substring sum tan text timestamp timestamptz to_char
          to_date to_hex to_json to_jsonb to_number to_regclass to_regproc to_regtype to_timestamp
          to_tsquery to_tsvector transaction_timestamp translate trim_array trim_scale trunc
          ts_headline ts_rank unnest upper upper_inc upper_inf var_pop var_samp variance
          websearch_to_tsquery width_bucket
          """);

  /** PostgreSQL's own that change nothing that counts, but give another value each time. */
  static final Set<String> VOLATILE =
      words(
          """
          clock_timestamp currval gen_random_uuid lastval nextval random timeofday uuidv4 uuidv7
          """);

  /** Those of common extensions that change nothing, and give another value each time or not. */
  private static final Set<String> OF_EXTENSIONS =
      words(
          """
          crypt digest gen_random_bytes gen_salt hmac similarity unaccent uuid_generate_v1
          uuid_generate_v4 uuid_generate_v5 word_similarity
          """);

  /** What is written with parentheses and is no function of anybody's. */
  private static final Set<String> SYNTAX =
      words(
          """
          all and any array as between bit by case cast char character coalesce collate conflict
          cross cube current_time current_timestamp dec decimal distinct do else except exists
          extract fetch filter float for from full greatest group grouping having ilike in inner
          intersect interval into is isnull join json json_array json_arrayagg json_exists
          json_objectagg json_query json_scalar json_serialize json_table json_value lateral least
          left like limit localtime localtimestamp materialized merge_action natural nchar not
          notnull nullif of offset on only operator or over overlay partition position precision
          range returning right rollup row rows select sets set similar some substring symmetric
          then time timestamp to treat trim union unique using values varchar variadic varying
          when where window within xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlparse
          xmlpi xmlroot xmlserialize xmltable insert update delete
          """);

  /** What may stand before an expression; a name after any other word is an alias. */
  private static final Set<String> BEFORE_EXPRESSION =
      words(
          """
          all and any asymmetric between both by case collate content default distinct document
          else escape except fetch first for from groups having ilike in intersect join key lateral
          leading like limit local next not offset on or over passing placing range returning rows
          select set similar some symmetric then to trailing union using value values variadic
          version when where zone
          """);

  private Functions() {}

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  /** Whether a call changes nothing that counts. */
  static boolean isHarmless(Name function) {
    return OF_EXTENSIONS.contains(function.name())
        || (isOfPostgres(function)
            && (STEADY.contains(function.name()) || VOLATILE.contains(function.name())));
  }

  /** Whether all calls within a statement give the same. */
  static boolean isSteady(Name function) {
    return isOfPostgres(function) && STEADY.contains(function.name());
  }

  private static boolean isOfPostgres(Name function) {
    return function.schema().isEmpty() || function.schema().equals("pg_catalog");
  }

  /** The functions that are called somewhere in there, as far as they are called by name. */
  static List<Name> calls(List<Token> tokens) {
    List<Name> calls = new ArrayList<>();
    BitSet goesOn = new BitSet();
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is(")") && !open.isEmpty()) {
        goesOn.set(i, goesOnAfter(tokens, open.pop()));
      } else if (tokens.get(i).is("(")) {
        open.push(i);
        int first = nameBefore(tokens, i);
        if (first == 0
            || (first > 0 && isCallAfter(tokens.get(first - 1), goesOn.get(first - 1)))) {
          calls.add(name(tokens.subList(first, i)));
        }
      }
    }
    return calls;
  }

  /** Where the name begins that ends before a parenthesis; -1: there is none. */
  private static int nameBefore(List<Token> tokens, int parenthesis) {
    int first = parenthesis - 1;
    if (first < 0 || !isName(tokens.get(first))) {
      return -1;
    }
    boolean qualified = false;
    while (first >= 2 && tokens.get(first - 1).is(".") && isName(tokens.get(first - 2))) {
      first -= 2;
      qualified = true;
    }
    return qualified || !isSyntax(tokens.get(first)) ? first : -1;
  }

  private static boolean isSyntax(Token token) {
    return token.kind() == Token.Kind.WORD && SYNTAX.contains(token.text());
  }

  private static boolean isName(Token token) {
    return token.kind() == Token.Kind.QUOTED || token.kind() == Token.Kind.WORD;
  }

  /** Whether that is the parenthesis of {@code DISTINCT ON (…)} or {@code OPERATOR(…)}. */
  private static boolean goesOnAfter(List<Token> tokens, int parenthesis) {
    return (parenthesis >= 2
            && tokens.get(parenthesis - 1).is("on")
            && tokens.get(parenthesis - 2).is("distinct"))
        || (parenthesis >= 1 && tokens.get(parenthesis - 1).is("operator"));
  }

  /** Whether what comes after that token is a call, and no alias, type or table. */
  private static boolean isCallAfter(Token token, boolean goesOn) {
    return switch (token.kind()) {
      case WORD -> BEFORE_EXPRESSION.contains(token.text());
      case SYMBOL -> goesOn || !token.isAnyOf("::", ")", "]");
      case QUOTED, STRING, NUMBER, BROKEN -> false;
    };
  }

  private static Name name(List<Token> parts) {
    StringBuilder written = new StringBuilder();
    for (Token part : parts) {
      written.append(part.written());
    }
    int size = parts.size();
    String schema = size > 1 ? parts.get(size - 3).text() : "";
    return new Name(written.toString(), schema, parts.get(size - 1).text());
  }
}
