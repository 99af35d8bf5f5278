variable "name" {
  description = "Name of the state machine."
  type        = string
}

variable "arn" {
  description = "ARN that it will have."
  type        = string
}

variable "role_name" {
  description = "Name of its role."
  type        = string
}

variable "log_group" {
  description = "Name of its log group."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "account_id" {
  description = "Account for which Step Functions may take the role."
  type        = string
}

variable "function_arns" {
  description = "What the tasks call: the ARN of the alias of submit, await, inspect, release and report."
  type        = map(string)
}

variable "topic_arn" {
  description = "Topic for failures."
  type        = string
}

variable "kms_key_arn" {
  description = "Key of the topic if it is one whose policy leaves access to IAM; null otherwise."
  type        = string
  default     = null
}

variable "tracing" {
  description = "Whether X-Ray traces executions."
  type        = bool
}

variable "log_retention_days" {
  description = "How long the log is kept."
  type        = number
}

variable "log_execution_data" {
  description = "Whether the log has inputs and outputs, that is, whole job descriptions."
  type        = bool
}

variable "permissions_boundary" {
  description = "ARN of the policy that bounds the role, or null."
  type        = string
  default     = null
}
