variable "name" {
  description = "Name of the table."
  type        = string
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days."
  type        = bool
}
