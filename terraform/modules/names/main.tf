# serverless.yml computes the same names: neither side reads what the other one has made.
locals {
  prefix   = "ecm-${var.stage}"
  regional = "${local.prefix}-${var.region}" # IAM is global: its names need the region
  place    = "${var.region}:${var.account_id}"
  iam      = "arn:${var.partition}:iam::${var.account_id}"

  handlers = ["submit", "await", "wake", "inspect", "release", "report", "sweep"]
  alias    = "live"
  rules    = ["emr-events", "ended-executions", "sweep-schedule"]
  queues   = ["event-dead-letters", "function-dead-letters"]
  roles    = ["state-machine", "sweep", "emr-service", "emr-ec2", "emr-autoscaling"]
}
