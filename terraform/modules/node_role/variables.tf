variable "name" {
  description = "Name of the role and of the instance profile: EMR wants them to be the same."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "logs" {
  description = "Bucket and prefix that clusters log to, as bucket/prefix; null where jobs name their own."
  type        = string
  default     = null
}

variable "buckets" {
  description = "Bucket => read or write; write includes read."
  type        = map(string)
  default     = {}
}

variable "managed_policy_arns" {
  description = "Policies that are attached besides."
  type        = list(string)
  default     = []
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role, or null."
  type        = string
  default     = null
}
