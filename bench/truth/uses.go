// Prints what go/types says: "definition<TAB>use" as path:line:column, of the packages that are named, below a GOPATH.
package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

func main() {
	root, names := os.Args[1], os.Args[2:]
	files := token.NewFileSet()
	from := importer.ForCompiler(files, "source", nil)
	for _, name := range names {
		found, err := build.Import(name, "", 0)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		var parsed []*ast.File
		sort.Strings(found.GoFiles)
		for _, file := range found.GoFiles {
			tree, err := parser.ParseFile(files, filepath.Join(found.Dir, file), nil, 0)
			if err == nil {
				parsed = append(parsed, tree)
			}
		}
		info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
		config := types.Config{Importer: from, Error: func(error) {}}
		config.Check(name, files, parsed, info)
		place := func(at token.Pos) string {
			where := files.Position(at)
			path, err := filepath.Rel(root, where.Filename)
			if err != nil || strings.HasPrefix(path, "..") {
				return ""
			}
			return fmt.Sprintf("%s:%d:%d", path, where.Line, where.Column)
		}
		for use, object := range info.Uses {
			definition, at := place(object.Pos()), place(use.Pos())
			if definition != "" && at != "" && definition != at {
				fmt.Printf("%s\t%s\n", definition, at)
			}
		}
	}
}
