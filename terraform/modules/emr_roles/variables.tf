variable "names" {
  description = "Name and ARN of emr-service, emr-ec2 and emr-autoscaling."
  type        = map(object({ name = string, arn = string }))
}

variable "regional_prefix" {
  description = "What the names of custom roles begin with."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "account_id" {
  description = "Account for which EMR may take the service role."
  type        = string
}

variable "region" {
  description = "Region in which EMR may take the service role."
  type        = string
}

variable "logs" {
  description = "Bucket and prefix that clusters log to, as bucket/prefix; null where jobs name their own."
  type        = string
  default     = null
}

variable "job_buckets" {
  description = "What nodes with the default profile may do: bucket => read or write."
  type        = map(string)
  default     = {}
}

variable "custom_roles" {
  description = "More roles for nodes, by key: buckets and managed_policy_arns."
  type = map(object({
    buckets             = optional(map(string), {})
    managed_policy_arns = optional(list(string), [])
  }))
  default = {}
}

variable "passable_role_arns" {
  description = "Further roles that EMR may hand to nodes or to Application Auto Scaling."
  type        = list(string)
  default     = []
}

variable "autoscaling_role" {
  description = "Whether a role for custom automatic scaling policies is made."
  type        = bool
  default     = false
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds every role, or null."
  type        = string
  default     = null
}
