variable "prefix" {
  description = "What the names of our clusters and steps begin with, without the last '-'."
  type        = string
}

variable "rules" {
  description = "Name and ARN of the rules emr-events, ended-executions and sweep-schedule."
  type        = map(object({ name = string, arn = string }))
}

variable "queue" {
  description = "Name and ARN of the queue for events that no target took."
  type        = object({ name = string, arn = string })
}

variable "state_machine_arn" {
  description = "Whose ended executions are swept."
  type        = string
}

variable "wake_arn" {
  description = "ARN of the alias of wake."
  type        = string
}

variable "sweep_arn" {
  description = "ARN of the alias of sweep."
  type        = string
}

variable "sweep_minutes" {
  description = "Minutes between two sweeps."
  type        = number
}
