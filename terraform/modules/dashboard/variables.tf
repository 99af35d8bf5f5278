variable "name" {
  description = "Name of the dashboard."
  type        = string
}

variable "region" {
  description = "Region of the metrics."
  type        = string
}

variable "state_machine_arn" {
  description = "Whose executions are shown."
  type        = string
}

variable "functions" {
  description = "Names of the functions."
  type        = list(string)
}

variable "queues" {
  description = "Names of the queues for dead letters."
  type        = list(string)
}
