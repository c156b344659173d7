package dev.godwit.operator.image;

import io.fabric8.kubernetes.api.builder.Editable;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassSignature;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Signature;
import java.lang.classfile.attribute.SignatureAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * Writes the classes of Kubernetes objects once more, without {@code edit} and {@code toBuilder},
 * into a jar that comes before the others on the class path of the image.
 *
 * <p>Jackson asks every class that it reads or writes for its methods, and the JVM loads all
 * classes that are named in them: by these two, the builder of each and all that one is made of,
 * which is much of the model's code, and most of it is never run. Left out are only methods that no
 * class on the class path calls by the object's own class. The client calls them by the interface
 * {@code Editable}, for objects that it is to edit by visitors, which the operator does not do.
 */
public final class ModelWithoutEditing {

  private static final String EDITABLE = internal(Editable.class.getName());

  /** Asked for by the license of these classes. */
  private static final String NOTICE =
      """
      These classes are taken from the artifacts io.fabric8:kubernetes-model-*
      (https://github.com/fabric8io/kubernetes-client), which are under the Apache License, Version
      2.0, and were changed: they lack the methods edit and toBuilder, and the interface Editable.
      """;

  private static final Set<String> EDITING = Set.of("edit", "toBuilder");

  /** Those that are editable, by name. */
  private final Map<String, byte[]> editable = new TreeMap<>();

  /** Those of which somebody calls a method that would be missing. */
  private final Set<String> edited = new HashSet<>();

  private ModelWithoutEditing() {}

  /**
   * Writes the jar.
   *
   * @param arguments the jar to write, and after it those on the class path
   * @throws IllegalStateException if there is nothing to leave out of a class, or no such class:
   *     the library is not what it was
   */
  public static void main(String... arguments) throws IOException {
    List<Path> classpath = List.of(arguments).stream().skip(1).map(Path::of).toList();
    write(Path.of(arguments[0]), classpath);
  }

  /** See {@link #main}. */
  static void write(Path jar, List<Path> classpath) throws IOException {
    ModelWithoutEditing model = new ModelWithoutEditing();
    for (Path one : classpath) {
      model.read(one);
    }
    model.editable.keySet().removeAll(model.edited);
    if (model.editable.isEmpty()) {
      throw new IllegalStateException("no class of " + classpath + " is an " + EDITABLE);
    }
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, "META-INF/NOTICE", NOTICE.getBytes(StandardCharsets.UTF_8));
      for (Map.Entry<String, byte[]> one : model.editable.entrySet()) {
        add(out, one.getKey() + ".class", withoutEditing(one.getKey(), one.getValue()));
      }
    }
  }

  private static void add(JarOutputStream out, String name, byte[] bytes) throws IOException {
    JarEntry entry = new JarEntry(name);
    // The same classes make the same image.
    entry.setTime(0);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }

  private void read(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : Collections.list(file.entries())) {
        if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/")) {
          byte[] bytes = file.getInputStream(entry).readAllBytes();
          read(ClassFile.of().parse(bytes), bytes);
        }
      }
    }
  }

  private void read(ClassModel read, byte[] bytes) {
    String name = read.thisClass().asInternalName();
    if (isEditable(read)) {
      editable.put(name, bytes);
    }
    read.constantPool()
        .forEach(
            entry -> {
              if (entry instanceof MemberRefEntry called
                  && EDITING.contains(called.name().stringValue())
                  && !called.owner().asInternalName().equals(name)) {
                edited.add(called.owner().asInternalName());
              }
            });
  }

  private static boolean isEditable(ClassModel read) {
    return read.interfaces().stream().anyMatch(ModelWithoutEditing::isEditable)
        && read.thisClass().asInternalName().startsWith("io/fabric8/kubernetes/api/model/");
  }

  private static boolean isEditable(ClassEntry type) {
    return type.asInternalName().equals(EDITABLE);
  }

  /** Without the interface, too: what is not editable is asked for its builder by name. */
  private static byte[] withoutEditing(String name, byte[] bytes) {
    ClassFile file = ClassFile.of(ClassFile.ConstantPoolSharingOption.NEW_POOL);
    ClassModel read = file.parse(bytes);
    if (read.methods().stream().noneMatch(ModelWithoutEditing::isEditing)) {
      throw new IllegalStateException(name + " has no method of " + EDITING);
    }
    ClassTransform transform =
        (builder, element) -> {
          switch (element) {
            case MethodModel method when isEditing(method) -> {
              // Left out.
            }
            case Interfaces all ->
                builder.withInterfaces(
                    all.interfaces().stream().filter(type -> !isEditable(type)).toList());
            case SignatureAttribute signature ->
                builder.with(SignatureAttribute.of(withoutEditable(signature.asClassSignature())));
            default -> builder.with(element);
          }
        };
    return file.transformClass(read, transform);
  }

  private static boolean isEditing(MethodModel method) {
    return EDITING.contains(method.methodName().stringValue())
        && method.methodType().stringValue().startsWith("()");
  }

  private static ClassSignature withoutEditable(ClassSignature signature) {
    return ClassSignature.of(
        signature.typeParameters(),
        signature.superclassSignature(),
        signature.superinterfaceSignatures().stream()
            .filter(type -> !internal(type.classDesc().descriptorString()).contains(EDITABLE))
            .toArray(Signature.ClassTypeSig[]::new));
  }

  private static String internal(String name) {
    return name.replace('.', '/');
  }
}
