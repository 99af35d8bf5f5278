locals {
  targets = {
    emr-events       = var.wake_arn
    ended-executions = var.sweep_arn
    sweep-schedule   = var.sweep_arn
  }
}

# EMR tells neither tags nor executions: clusters and steps of ours are known by their names.
resource "aws_cloudwatch_event_rule" "emr" {
  name        = var.rules["emr-events"].name
  description = "A step or a cluster of ours has come to its end."

  event_pattern = jsonencode({
    source      = ["aws.emr"]
    detail-type = ["EMR Step Status Change", "EMR Cluster State Change"]
    detail = {
      name = [{ prefix = "${var.prefix}-" }]
      state = [
        "COMPLETED", "FAILED", "CANCELLED", "INTERRUPTED", "TERMINATED", "TERMINATED_WITH_ERRORS",
      ]
    }
  })
}

# An execution that was aborted or ran out of time cannot clean up after itself.
resource "aws_cloudwatch_event_rule" "ended" {
  name        = var.rules["ended-executions"].name
  description = "An execution has ended without success."

  event_pattern = jsonencode({
    source      = ["aws.states"]
    detail-type = ["Step Functions Execution Status Change"]
    detail = {
      stateMachineArn = [var.state_machine_arn]
      status          = ["ABORTED", "TIMED_OUT", "FAILED"]
    }
  })
}

resource "aws_cloudwatch_event_rule" "sweep" {
  name                = var.rules["sweep-schedule"].name
  description         = "Ends clusters that nobody looks after any more."
  schedule_expression = "rate(${var.sweep_minutes} minutes)"
}

resource "aws_cloudwatch_event_target" "function" {
  for_each = {
    emr-events       = aws_cloudwatch_event_rule.emr.name
    ended-executions = aws_cloudwatch_event_rule.ended.name
    sweep-schedule   = aws_cloudwatch_event_rule.sweep.name
  }

  rule      = each.value
  target_id = "function"
  arn       = local.targets[each.key]

  # What is late for hours has been found by the sweep; a sweep that is late is the next one.
  retry_policy {
    maximum_event_age_in_seconds = each.key == "sweep-schedule" ? var.sweep_minutes * 60 : 6 * 3600
    maximum_retry_attempts       = each.key == "sweep-schedule" ? 3 : 100
  }

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }

  depends_on = [aws_sqs_queue_policy.dead_letters]
}
