package dev.godwit.operator.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left out of the classes of Kubernetes objects in the image, and what must not be. */
class ModelWithoutEditingTest {

  private static final String MAPPER = "com.fasterxml.jackson.databind.ObjectMapper";

  @TempDir private static Path folder;

  private static List<Path> patched;

  @BeforeAll
  static void patch() throws IOException {
    patched = patchedBy("patch.jar", jars());
  }

  @Test
  void builderIsNotLoadedByReadingAnObject() throws Exception {
    assertThat(loadedByReading(jars())).contains(PodBuilder.class.getName());
    assertThat(loadedByReading(patched)).doesNotContain(PodBuilder.class.getName());
  }

  @Test
  void objectIsReadAndWrittenAsBefore() throws Exception {
    String json =
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"unknown\":{\"b\":1}},"
            + "\"spec\":{\"containers\":[{\"image\":\"c\",\"name\":\"d\"}]}}";

    try (Loader before = new Loader(jars());
        Loader after = new Loader(patched)) {
      assertThat(after.readAndWrite(json)).isEqualTo(before.readAndWrite(json)).contains("\"c\"");
    }
  }

  @Test
  void builderThatIsAskedForWorks() throws Exception {
    try (Loader loader = new Loader(patched)) {
      Class<?> pod = loader.loadClass(Pod.class.getName());
      Object builder =
          loader
              .loadClass(PodBuilder.class.getName())
              .getConstructor(pod)
              .newInstance(pod.getConstructor().newInstance());

      assertThat(builder.getClass().getMethod("build").invoke(builder))
          .isEqualTo(pod.getConstructor().newInstance());
    }
  }

  @Test
  void objectWhoseBuilderIsAskedForByTheLibraryHasOne() throws Exception {
    try (Loader loader = new Loader(patched)) {
      Class<?> pod = loader.loadClass(Pod.class.getName());
      Object builder =
          loader
              .loadClass("io.fabric8.kubernetes.api.builder.BaseFluent")
              .getMethod("builderOf", Object.class)
              .invoke(null, pod.getConstructor().newInstance());

      assertThat(builder.getClass().getName()).isEqualTo(PodBuilder.class.getName());
    }
  }

  @Test
  void classOnTheClassPathThatIsEditedByAnotherStaysAsItIs() throws Exception {
    List<Path> jars = new ArrayList<>(jars());
    jars.add(jarOf(Edits.class));

    assertThat(loadedByReading(patchedBy("edited.jar", jars))).contains(PodBuilder.class.getName());
  }

  /** Calls what would be missing. */
  static final class Edits {

    static Object of(Pod pod) {
      return pod.toBuilder();
    }
  }

  @Test
  void nothingToLeaveOutIsAFailure() throws Exception {
    List<Path> nothing = List.of(jarOf(Edits.class));

    assertThatThrownBy(() -> ModelWithoutEditing.write(folder.resolve("nothing.jar"), nothing))
        .isInstanceOf(IllegalStateException.class);
  }

  private static List<Path> patchedBy(String name, List<Path> jars) throws IOException {
    Path patch = folder.resolve(name);
    ModelWithoutEditing.write(patch, jars);
    List<Path> all = new ArrayList<>(jars);
    all.addFirst(patch);
    return all;
  }

  private static List<Path> jars() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.matches(".*/(kubernetes-model|jackson)-[^/]*\\.jar"))
        .map(Path::of)
        .toList();
  }

  private static Path jarOf(Class<?> type) throws IOException {
    Path jar = folder.resolve("one.jar");
    String name = type.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(name));
      out.write(type.getClassLoader().getResourceAsStream(name).readAllBytes());
      out.closeEntry();
    }
    return jar;
  }

  private static List<String> loadedByReading(List<Path> classpath) throws Exception {
    try (Loader loader = new Loader(classpath)) {
      loader.readAndWrite("{\"spec\":{\"containers\":[{\"image\":\"a\"}]}}");
      return loader.loaded;
    }
  }

  /** Has nothing of this test's class path. */
  private static final class Loader extends URLClassLoader {

    private final List<String> loaded = new ArrayList<>();

    Loader(List<Path> classpath) {
      super(classpath.stream().map(Loader::url).toArray(URL[]::new), getPlatformClassLoader());
    }

    private static URL url(Path jar) {
      try {
        return URI.create("file:" + jar).toURL();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      loaded.add(name);
      return super.findClass(name);
    }

    String readAndWrite(String json) throws ReflectiveOperationException {
      Class<?> pod = loadClass(Pod.class.getName());
      Class<?> type = loadClass(MAPPER);
      Object mapper = type.getConstructor().newInstance();
      Object read =
          type.getMethod("readValue", String.class, Class.class).invoke(mapper, json, pod);
      return (String) type.getMethod("writeValueAsString", Object.class).invoke(mapper, read);
    }
  }
}
