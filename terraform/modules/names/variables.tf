variable "stage" {
  description = "The environment's name, in every name."
  type        = string
}

variable "region" {
  description = "Region of the environment."
  type        = string
}

variable "account_id" {
  description = "Account that everything lies in."
  type        = string
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}
