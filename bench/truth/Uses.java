import com.sun.source.tree.*;
import com.sun.source.util.*;
import java.nio.file.*;
import java.util.*;
import javax.lang.model.element.Element;
import javax.tools.*;

/** Prints what javac says: "definition<TAB>use" as path:line:column, of the .java files below a folder. */
public class Uses {
  public static void main(String[] given) throws Exception {
    Path root = Path.of(given[0]).toRealPath();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StandardJavaFileManager files = compiler.getStandardFileManager(d -> {}, null, null);
    List<Path> paths = new ArrayList<>();
    try (var all = Files.walk(root)) {
      all.filter(p -> p.toString().endsWith(".java") && !p.endsWith("module-info.java")).sorted().forEach(paths::add);
    }
    // Sources of the JDK are compiled in the place of their module: its name comes second.
    List<String> options = given.length > 1
        ? List.of("-proc:none", "--patch-module", given[1] + "=" + root) : List.of("-proc:none");
    JavacTask task = (JavacTask) compiler.getTask(null, files, d -> {}, options, null,
        files.getJavaFileObjectsFromPaths(paths));
    Iterable<? extends CompilationUnitTree> units = task.parse();
    task.analyze();
    Trees trees = Trees.instance(task);
    for (CompilationUnitTree unit : units) new Reader(root, trees, unit).scan(unit, null);
  }

  static class Reader extends TreePathScanner<Void, Void> {
    final Path root; final Trees trees; final CompilationUnitTree unit; final String text;

    Reader(Path root, Trees trees, CompilationUnitTree unit) throws Exception {
      this.root = root; this.trees = trees; this.unit = unit;
      this.text = unit.getSourceFile().getCharContent(true).toString();
    }

    String place(CompilationUnitTree in, long at) throws Exception {
      Path path = Path.of(in.getSourceFile().toUri()).toRealPath();
      return root.relativize(path) + ":" + in.getLineMap().getLineNumber(at) + ":" + in.getLineMap().getColumnNumber(at);
    }

    void use(Element element, String name, long end) {
      try {
        if (element == null || end < 0) return;
        TreePath path = trees.getPath(element);
        if (path == null) return;
        CompilationUnitTree in = path.getCompilationUnit();
        long start = trees.getSourcePositions().getStartPosition(in, path.getLeaf());
        String source = in.getSourceFile().getCharContent(true).toString();
        String declared = element.getSimpleName().contentEquals("<init>")
            ? element.getEnclosingElement().getSimpleName().toString() : element.getSimpleName().toString();
        long at = find(source, declared, start, element);
        if (at < 0) return;
        System.out.println(place(in, at) + "\t" + place(unit, end - name.length()));
      } catch (Exception ignored) { }
    }

    /** Behind annotations, modifiers and the type: the name as a word of its own, before what opens its body. */
    static long find(String source, String name, long from, Element element) {
      var pattern = java.util.regex.Pattern.compile("(?<![\\w$.@])" + java.util.regex.Pattern.quote(name) + "(?![\\w$])");
      var found = pattern.matcher(source);
      long at = -1;
      boolean callable = element.getKind().name().matches("METHOD|CONSTRUCTOR");
      for (int start = (int) from; found.find(start); start = found.end()) {
        at = found.start();
        String behind = source.substring(found.end(), Math.min(source.length(), found.end() + 40)).strip();
        if (!callable || behind.startsWith("(")) return at;
      }
      return at;
    }

    @Override public Void visitIdentifier(IdentifierTree tree, Void none) {
      use(trees.getElement(getCurrentPath()), tree.getName().toString(),
          trees.getSourcePositions().getEndPosition(unit, tree));
      return super.visitIdentifier(tree, none);
    }

    @Override public Void visitMemberSelect(MemberSelectTree tree, Void none) {
      use(trees.getElement(getCurrentPath()), tree.getIdentifier().toString(),
          trees.getSourcePositions().getEndPosition(unit, tree));
      return super.visitMemberSelect(tree, none);
    }
  }
}
