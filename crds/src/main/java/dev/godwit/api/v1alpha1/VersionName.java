package dev.godwit.api.v1alpha1;

/** How the versions of a schema are named in the API. */
public final class VersionName {

  /** What is before the first version; no version is called so. */
  public static final String NONE = "0";

  /** The longest name, in characters. */
  static final int MAX_LENGTH = 100;

  /** CEL rule of a field that holds a version, or {@link #NONE}. */
  static final String VERSION_OR_NONE = "self.matches('^[A-Za-z0-9][A-Za-z0-9._-]*$')";

  /** What {@link #VERSION_OR_NONE} says to who breaks it. */
  static final String VERSION_OR_NONE_MESSAGE =
      "write the name of a version, or \"0\" for before the first one, or leave the field out";

  /** CEL rule of a field that holds a version. */
  static final String VERSION = VERSION_OR_NONE + " && self != '" + NONE + "'";

  /** What {@link #VERSION} says to who breaks it. */
  static final String VERSION_MESSAGE =
      "name a version by letters, digits, '.', '_' and '-', with a letter or digit first; 0 is none:"
          + " it means before the first one";

  private VersionName() {}
}
