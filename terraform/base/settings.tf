# Which environment this is, and whether the settings are its own. The stage is the workspace, so that
# each environment has a state of its own and no plan for one can touch what belongs to another.
locals {
  workspace = terraform.workspace == "default" ? null : terraform.workspace
  stage     = var.stage != null ? var.stage : coalesce(local.workspace, "default")

  environments  = "${path.module}/../../environments"
  settings_file = "${local.environments}/${local.stage}.tfvars.json"
  settings      = jsondecode(fileexists(local.settings_file) ? file(local.settings_file) : "{}")
  known         = keys(jsondecode(file("${local.environments}/settings.schema.json")).properties)
  unknown       = [for member in keys(local.settings) : member if !contains(local.known, member)]

  # What tells the files of two environments apart.
  telling = {
    region           = var.region
    log_bucket       = var.log_bucket
    subnet           = var.subnet
    service_role     = var.service_role
    instance_profile = var.instance_profile
  }
  foreign = [
    for member, value in local.telling : member
    if lookup(local.settings, member, null) != value && length(local.settings) > 0
  ]
}

data "aws_partition" "current" {}

# Everything's name needs the account, so nothing is planned before these hold.
data "aws_caller_identity" "current" {
  lifecycle {
    precondition {
      condition     = var.stage != null || local.workspace != null
      error_message = "Which environment? Select its workspace, for example with `terraform workspace select -or-create dev`, or give -var stage=dev where each environment has a state of its own."
    }
    precondition {
      condition     = var.stage == null || local.workspace == null || var.stage == local.workspace
      error_message = "stage is ${local.stage}, but the workspace is ${terraform.workspace}, whose state belongs to another environment. Run `terraform workspace select -or-create ${local.stage}`, or leave stage out."
    }
    precondition {
      condition     = can(regex("^[a-z0-9-]{1,16}$", local.stage))
      error_message = "The environment's name (stage or workspace) must be 1 to 16 of a-z, 0-9 and -, such as dev; it is ${local.stage}."
    }
    precondition {
      condition     = length(local.unknown) == 0
      error_message = "environments/${local.stage}.tfvars.json has members that nobody knows: ${join(", ", local.unknown)}. environments/settings.schema.json lists those that there are."
    }
    precondition {
      condition     = length(local.foreign) == 0
      error_message = "These settings are not those of environments/${local.stage}.tfvars.json: ${join(", ", local.foreign)}. Give -var-file=../../environments/${local.stage}.tfvars.json."
    }
    precondition {
      condition     = var.create_roles || (length(var.custom_roles) == 0 && length(var.job_buckets) == 0 && !var.autoscaling_role)
      error_message = "With create_roles = false no role of EMR is made: custom_roles, job_buckets and autoscaling_role must be left out. Name existing roles in passable_role_arns."
    }
    precondition {
      condition     = !var.create_roles || (var.service_role == null && var.instance_profile == null)
      error_message = "service_role and instance_profile name existing roles: they need create_roles = false."
    }
  }
}
