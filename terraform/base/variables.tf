# The members of environments/ENV.tfvars.json, which serverless.yml reads, too: some are only its own.

variable "stage" {
  description = "The environment's name, 1 to 16 of a-z, 0-9 and -. Default: the name of the Terraform workspace."
  type        = string
  default     = null

  validation {
    condition     = var.stage == null ? true : can(regex("^[a-z0-9-]{1,16}$", var.stage))
    error_message = "stage must be 1 to 16 of a-z, 0-9 and -, such as dev."
  }
}

variable "region" {
  description = "AWS region of the environment: functions, state machine and clusters."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2,4}(-[a-z]{1,12}){1,3}-[0-9]{1,2}$", var.region))
    error_message = "region must be an AWS region, such as eu-central-1."
  }
}

variable "log_bucket" {
  description = "Bucket for the logs of clusters whose job names none; the nodes may write to it."
  type        = string
  default     = null

  validation {
    condition     = var.log_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.log_bucket))
    error_message = "log_bucket must be the name of a bucket, without s3:// and without a path."
  }
}

variable "subnet" {
  description = "Subnet of clusters whose job names none (used by the functions)."
  type        = string
  default     = null

  validation {
    condition     = var.subnet == null ? true : can(regex("^subnet-[0-9a-f]{8,17}$", var.subnet))
    error_message = "subnet must be the id of a subnet, such as subnet-0123456789abcdef0."
  }
}

variable "create_roles" {
  description = "Whether EMR's roles are made here. false: service_role and instance_profile name existing ones."
  type        = bool
  default     = true
  nullable    = false
}

variable "service_role" {
  description = "With create_roles = false: name or ARN of EMR's service role (used by the functions)."
  type        = string
  default     = null

  validation {
    condition     = var.service_role == null ? true : can(regex("^(arn:[a-z-]+:iam::[0-9]{12}:role/)?[A-Za-z0-9+=,.@_/-]{1,128}$", var.service_role))
    error_message = "service_role must be the name or the ARN of a role."
  }
}

variable "instance_profile" {
  description = "With create_roles = false: name or ARN of the nodes' instance profile (used by the functions)."
  type        = string
  default     = null

  validation {
    condition     = var.instance_profile == null ? true : can(regex("^(arn:[a-z-]+:iam::[0-9]{12}:instance-profile/)?[A-Za-z0-9+=,.@_/-]{1,128}$", var.instance_profile))
    error_message = "instance_profile must be the name or the ARN of an instance profile."
  }
}

variable "autoscaling_role" {
  description = "Whether a role for custom automatic scaling policies is made."
  type        = bool
  default     = false
  nullable    = false
}

variable "custom_roles" {
  description = "More roles for nodes, by key: each becomes the role and instance profile ecm-STAGE-REGION-emr-KEY, which a job names as instance_profile."
  type = map(object({
    buckets             = optional(map(string), {})
    managed_policy_arns = optional(list(string), [])
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for key in keys(var.custom_roles) :
      can(regex("^[a-z0-9][a-z0-9-]{0,23}$", key)) && !contains(["service", "ec2", "autoscaling"], key)
    ])
    error_message = "The keys of custom_roles must be 1 to 24 of a-z, 0-9 and -, and not service, ec2 or autoscaling."
  }

  validation {
    condition = alltrue(flatten([
      for role in values(var.custom_roles) : [
        for bucket, right in role.buckets :
        can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket)) && contains(["read", "write"], right)
      ]
    ]))
    error_message = "custom_roles.KEY.buckets must be a map from names of buckets to read or write."
  }

  validation {
    condition = alltrue(flatten([
      for role in values(var.custom_roles) : [
        for arn in role.managed_policy_arns : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", arn))
      ]
    ]))
    error_message = "custom_roles.KEY.managed_policy_arns must be ARNs of policies."
  }
}

variable "job_buckets" {
  description = "What nodes with the default instance profile may do with which bucket: read, or write (which includes read)."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for bucket, right in var.job_buckets :
      can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", bucket)) && contains(["read", "write"], right)
    ])
    error_message = "job_buckets must be a map from names of buckets to read or write."
  }
}

variable "passable_role_arns" {
  description = "Exact ARNs of further roles that a job may name."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for arn in var.passable_role_arns : can(regex("^arn:[a-z-]+:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]+$", arn))
    ])
    error_message = "passable_role_arns must be exact ARNs of roles, without wildcards."
  }
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role made here."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary == null ? true : can(regex("^arn:[a-z-]+:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary))
    error_message = "permissions_boundary must be the ARN of a policy."
  }
}

# tflint-ignore: terraform_unused_declarations
variable "reserved_concurrency" {
  description = "Reserved concurrency of each function (used by serverless.yml only)."
  type        = number
  default     = null
}

# tflint-ignore: terraform_unused_declarations
variable "vpc" {
  description = "Where the functions run (used by serverless.yml only)."
  type        = object({ subnet_ids = list(string), security_group_ids = list(string) })
  default     = null
}

variable "tracing" {
  description = "Whether X-Ray traces the state machine (and the functions)."
  type        = bool
  default     = true
  nullable    = false
}

variable "log_retention_days" {
  description = "How long the log of the state machine (and those of the functions) is kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days
    )
    error_message = "log_retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "log_execution_data" {
  description = "Whether the log of the state machine has inputs and outputs, that is, whole job descriptions with their arguments."
  type        = bool
  default     = false
  nullable    = false
}

variable "notification_emails" {
  description = "Who gets an e-mail when a job fails. Each address must confirm its subscription."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.notification_emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "notification_emails must be e-mail addresses."
  }
}

variable "kms_key_arn" {
  description = "Key of the topic for failures instead of one that is made here. Its policy must let CloudWatch use it where there are alarms."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", var.kms_key_arn))
    error_message = "kms_key_arn must be the ARN of a key, not of an alias."
  }
}

variable "alarms" {
  description = "Whether there are CloudWatch alarms; they, and the key that lets them publish, cost money while nothing runs."
  type        = bool
  default     = true
  nullable    = false
}

variable "dashboard" {
  description = "Whether there is a CloudWatch dashboard; three are free in an account."
  type        = bool
  default     = false
  nullable    = false
}

variable "sweep_minutes" {
  description = "Minutes between two sweeps."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.sweep_minutes >= 2 && var.sweep_minutes <= 60 && floor(var.sweep_minutes) == var.sweep_minutes
    error_message = "sweep_minutes must be a whole number from 2 to 60."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the job table can be restored to any second of the last 35 days."
  type        = bool
  default     = false
  nullable    = false
}

variable "tags" {
  description = "Tags of everything; ecm:stage is always there."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:") && !startswith(key, "ecm:")])
    error_message = "Tags that begin with aws: or ecm: are not yours to set."
  }
}
