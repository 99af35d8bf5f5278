package main

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-sdk/v2/diag"
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
)

const account = "123456789012"

// place is what the configured provider knows.
type place struct{ region, partition string }

// arns says what AWS would call a resource: {name} is its name.
var arns = map[string]string{
	"aws_cloudwatch_event_rule": "events:{region}:{account}:rule/{name}",
	"aws_cloudwatch_log_group":  "logs:{region}:{account}:log-group:{name}",
	"aws_dynamodb_table":        "dynamodb:{region}:{account}:table/{name}",
	"aws_iam_instance_profile":  "iam::{account}:instance-profile/{name}",
	"aws_iam_role":              "iam::{account}:role/{name}",
	"aws_kms_key":               "kms:{region}:{account}:key/00000000-0000-4000-8000-000000000000",
	"aws_sfn_state_machine":     "states:{region}:{account}:stateMachine:{name}",
	"aws_sns_topic":             "sns:{region}:{account}:{name}",
	"aws_sqs_queue":             "sqs:{region}:{account}:{name}",
}

func provider(all *published) *schema.Provider {
	result := &schema.Provider{
		Schema:               without(all.Provider.members(), "alias"),
		ResourcesMap:         map[string]*schema.Resource{},
		DataSourcesMap:       map[string]*schema.Resource{},
		ConfigureContextFunc: configure,
	}
	for name, block := range all.Resources {
		result.ResourcesMap[name] = resource(name, block)
	}
	for name, block := range all.Data {
		result.DataSourcesMap[name] = &schema.Resource{
			Schema:      without(block.members(), "id"),
			ReadContext: readData(block),
		}
	}
	return result
}

func configure(_ context.Context, d *schema.ResourceData) (any, diag.Diagnostics) {
	region, partition := d.Get("region").(string), "aws"
	if strings.HasPrefix(region, "cn-") {
		partition = "aws-cn"
	}
	return place{region, partition}, nil
}

func readData(b block) schema.ReadContextFunc {
	return func(_ context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		d.SetId("stub")
		return set(d, b, map[string]string{
			"account_id": account,
			"partition":  meta.(place).partition,
		})
	}
}

func resource(kind string, b block) *schema.Resource {
	nothing := func(context.Context, *schema.ResourceData, any) diag.Diagnostics { return nil }
	return &schema.Resource{
		Schema:        without(b.members(), "id"),
		CreateContext: create(kind, b),
		ReadContext:   nothing,
		UpdateContext: nothing,
		DeleteContext: nothing,
	}
}

func create(kind string, b block) schema.CreateContextFunc {
	return func(_ context.Context, d *schema.ResourceData, meta any) diag.Diagnostics {
		name := kind
		if attribute, found := b.Attributes["name"]; found && !attribute.Computed {
			name = d.Get("name").(string)
		}
		d.SetId(name)
		at := meta.(place)
		return set(d, b, map[string]string{
			"arn": "arn:" + at.partition + ":" + strings.NewReplacer(
				"{region}", at.region, "{account}", account, "{name}", name).Replace(arns[kind]),
			"url":    "https://sqs." + at.region + ".amazonaws.com/" + account + "/" + name,
			"key_id": "00000000-0000-4000-8000-000000000000",
		})
	}
}

// set gives values to those attributes that the block has and the provider computes.
func set(d *schema.ResourceData, b block, values map[string]string) diag.Diagnostics {
	for name, value := range values {
		if !b.Attributes[name].Computed {
			continue
		}
		if err := d.Set(name, value); err != nil {
			return diag.FromErr(err)
		}
	}
	return nil
}

func without(members map[string]*schema.Schema, name string) map[string]*schema.Schema {
	delete(members, name)
	return members
}
