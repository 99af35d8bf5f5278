locals {
  # The same file makes the table that the tests run against.
  form      = jsondecode(file("${path.module}/../../../deploy/job_table.json"))
  table     = local.form.CreateTable
  lifetimes = local.form.UpdateTimeToLive.TimeToLiveSpecification
  hash_key  = one([for key in local.table.KeySchema : key.AttributeName if key.KeyType == "HASH"])
}

resource "aws_dynamodb_table" "jobs" {
  # checkov:skip=CKV_AWS_119:DynamoDB's own key costs nothing, and the records hold no secrets
  # checkov:skip=CKV_AWS_28:the records expire and a lost table only loses history; point_in_time_recovery switches it on

  name         = var.name
  billing_mode = local.table.BillingMode
  hash_key     = local.hash_key

  dynamic "attribute" {
    for_each = local.table.AttributeDefinitions
    content {
      name = attribute.value.AttributeName
      type = attribute.value.AttributeType
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.table.GlobalSecondaryIndexes
    content {
      name            = global_secondary_index.value.IndexName
      hash_key        = one([for key in global_secondary_index.value.KeySchema : key.AttributeName if key.KeyType == "HASH"])
      projection_type = global_secondary_index.value.Projection.ProjectionType
    }
  }

  ttl {
    attribute_name = local.lifetimes.AttributeName
    enabled        = local.lifetimes.Enabled
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }
}
