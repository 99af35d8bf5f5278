locals {
  definition = templatefile(
    "${path.module}/../../../deploy/state_machine.asl.json",
    merge(var.function_arns, { partition = var.partition, topic = var.topic_arn })
  )
}

resource "aws_cloudwatch_log_group" "executions" {
  # checkov:skip=CKV_AWS_158:CloudWatch's own key encrypts it; without execution data the log only names states
  # checkov:skip=CKV_AWS_338:log_retention_days decides; a year of logs costs what few need

  name              = var.log_group
  retention_in_days = var.log_retention_days
}

resource "aws_sfn_state_machine" "jobs" {
  # checkov:skip=CKV_AWS_285:the level is ALL; execution data would put whole job descriptions into the log, so log_execution_data decides

  name       = var.name
  role_arn   = aws_iam_role.state_machine.arn
  type       = "STANDARD"
  definition = local.definition

  logging_configuration {
    level                  = "ALL"
    include_execution_data = var.log_execution_data
    log_destination        = "${aws_cloudwatch_log_group.executions.arn}:*"
  }

  tracing_configuration {
    enabled = var.tracing
  }

  depends_on = [aws_iam_role_policy.state_machine]
}
