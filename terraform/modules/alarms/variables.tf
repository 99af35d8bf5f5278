variable "prefix" {
  description = "What the name of every alarm begins with; also the namespace of the sweep's metric."
  type        = string
}

variable "topic" {
  description = "Name and ARN of the topic that alarms go to."
  type        = object({ name = string, arn = string })
}

variable "state_machine_arn" {
  description = "Whose failed executions are counted."
  type        = string
}

variable "sweep" {
  description = "Name and log group of the function sweep."
  type        = object({ name = string, log_group = string })
}

variable "schedule_rule" {
  description = "Name of the rule that starts the sweep."
  type        = string
}

variable "sweep_minutes" {
  description = "Minutes between two sweeps."
  type        = number
}

variable "queues" {
  description = "Names of the queues for dead letters, by what they are for."
  type        = map(string)
}
