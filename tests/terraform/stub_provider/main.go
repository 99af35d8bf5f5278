// A stand-in for the AWS provider of Terraform: its schemas, read from schemas/aws-VERSION.json, and
// nothing behind them. Create makes up an id and an ARN, Delete forgets. It shows that a configuration
// fits the provider's schema and what a plan holds; that AWS would take it, it cannot show.
package main

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/hashicorp/terraform-plugin-sdk/v2/plugin"
)

//go:embed schemas/*.json
var files embed.FS

// The version is in the program's name, as Terraform wants it: terraform-provider-aws_v6.25.0
var versionInName = regexp.MustCompile(`_v([0-9.]+)$`)

func read(program string) (*published, error) {
	found := versionInName.FindStringSubmatch(filepath.Base(program))
	if found == nil {
		return nil, fmt.Errorf("no version in the program's name: %s", program)
	}
	text, err := files.ReadFile("schemas/aws-" + found[1] + ".json")
	if err != nil {
		return nil, err
	}
	var all published
	return &all, json.Unmarshal(text, &all)
}

func main() {
	program, err := os.Executable()
	if err != nil {
		panic(err)
	}
	all, err := read(program)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	plugin.Serve(&plugin.ServeOpts{
		ProviderFunc: func() *schema.Provider { return provider(all) },
	})
}
