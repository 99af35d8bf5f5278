package main

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

// published is one file of schemas/.
type published struct {
	Provider  block            `json:"provider"`
	Resources map[string]block `json:"resources"`
	Data      map[string]block `json:"data"`
}

type block struct {
	Attributes map[string]attribute `json:"attributes"`
	Blocks     map[string]nested    `json:"blocks"`
}

// attribute: Type is "string", "number", "bool" or ["list" | "set" | "map", one of these].
type attribute struct {
	Type     json.RawMessage `json:"type"`
	Required bool            `json:"required"`
	Optional bool            `json:"optional"`
	Computed bool            `json:"computed"`
}

type nested struct {
	block
	Nesting  string `json:"nesting"`
	Once     bool   `json:"once"`
	Required bool   `json:"required"`
	Optional bool   `json:"optional"`
}

var kinds = map[string]schema.ValueType{
	"string": schema.TypeString,
	"number": schema.TypeFloat,
	"bool":   schema.TypeBool,
	"list":   schema.TypeList,
	"set":    schema.TypeSet,
	"map":    schema.TypeMap,
}

func (a attribute) schema() *schema.Schema {
	result := &schema.Schema{Required: a.Required, Optional: a.Optional, Computed: a.Computed}
	var simple string
	if json.Unmarshal(a.Type, &simple) == nil {
		result.Type = kinds[simple]
		return result
	}
	var of []string
	if err := json.Unmarshal(a.Type, &of); err != nil {
		panic(err)
	}
	result.Type = kinds[of[0]]
	result.Elem = &schema.Schema{Type: kinds[of[1]]}
	return result
}

func (n nested) schema() *schema.Schema {
	result := &schema.Schema{
		Type:     kinds[n.Nesting],
		Required: n.Required,
		Optional: n.Optional,
		Elem:     &schema.Resource{Schema: n.members()},
	}
	if n.Once {
		result.MaxItems = 1
	}
	return result
}

func (b block) members() map[string]*schema.Schema {
	result := map[string]*schema.Schema{}
	for name, attribute := range b.Attributes {
		result[name] = attribute.schema()
	}
	for name, nested := range b.Blocks {
		result[name] = nested.schema()
	}
	return result
}
