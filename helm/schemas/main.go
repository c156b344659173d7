// Schemas turns the OpenAPI document that comes with the sources of Kubernetes into what kubeconform
// reads: one JSON schema a kind, which refuses fields that the kind doesn't have.
//
//	go run helm/schemas/main.go SWAGGER.json DIRECTORY
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// definitionsFile holds the types; the file of a kind only points into it.
const definitionsFile = "_definitions.json"

type object = map[string]any

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: schemas SWAGGER.json DIRECTORY")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var swagger struct{ Definitions map[string]object }
	if err := json.Unmarshal(text, &swagger); err != nil {
		log.Fatalf("%s: %v", os.Args[1], err)
	}

	directory := os.Args[2]
	if err := os.MkdirAll(directory, 0o755); err != nil {
		log.Fatal(err)
	}
	for name, definition := range swagger.Definitions {
		refuseUnknownFields(definition)
		for _, kind := range kinds(definition) {
			write(filepath.Join(directory, kind+".json"), object{"$ref": definitionsFile + "#/definitions/" + name})
		}
	}
	// Written as one string or the other, which OpenAPI 2 has no word for.
	swagger.Definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = object{
		"oneOf": []any{object{"type": "string"}, object{"type": "integer"}},
	}
	swagger.Definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = object{
		"oneOf": []any{object{"type": "string"}, object{"type": "number"}},
	}
	write(filepath.Join(directory, definitionsFile), object{"definitions": swagger.Definitions})
}

// refuseUnknownFields closes a type that lists its fields, unless it says that it takes any.
func refuseUnknownFields(definition object) {
	_, lists := definition["properties"]
	_, says := definition["additionalProperties"]
	if lists && !says && definition["x-kubernetes-preserve-unknown-fields"] != true {
		definition["additionalProperties"] = false
	}
}

// kinds gives the names under which kubeconform looks a type up, as in deployment-apps-v1.
func kinds(definition object) []string {
	var names []string
	groups, _ := definition["x-kubernetes-group-version-kind"].([]any)
	for _, g := range groups {
		gvk := g.(object)
		// kubeconform's {{.KindSuffix}} has the group only up to its first dot.
		group, _, _ := strings.Cut(gvk["group"].(string), ".")
		parts := []string{gvk["kind"].(string), group, gvk["version"].(string)}
		if group == "" {
			parts = []string{parts[0], parts[2]}
		}
		names = append(names, strings.ToLower(strings.Join(parts, "-")))
	}
	return names
}

func write(path string, content object) {
	text, err := json.Marshal(content)
	if err == nil {
		err = os.WriteFile(path, text, 0o644)
	}
	if err != nil {
		log.Fatal(fmt.Errorf("%s: %w", path, err))
	}
}
