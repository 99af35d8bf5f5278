variable "name" {
  description = "Name of the topic; also of the alias of its key."
  type        = string
}

variable "arn" {
  description = "ARN that the topic will have."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "region" {
  description = "Region of the topic."
  type        = string
}

variable "account_id" {
  description = "Account of the topic."
  type        = string
}

variable "kms_key_arn" {
  description = "An existing key. Its policy must let the publishers, and with alarms CloudWatch, use it."
  type        = string
  default     = null
}

variable "alarms" {
  description = "Whether CloudWatch publishes alarms here. AWS's own key for SNS does not let it, so a key is made unless one is given."
  type        = bool
}

variable "alarm_arns" {
  description = "Pattern of the ARNs of the alarms that may publish."
  type        = string
}

variable "publisher_role_arns" {
  description = "Roles that publish here; the key that is made admits them, also those that do not exist yet."
  type        = list(string)
}

variable "emails" {
  description = "Addresses that are subscribed; each must confirm."
  type        = list(string)
  default     = []
}
