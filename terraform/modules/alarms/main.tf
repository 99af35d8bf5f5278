locals {
  minutes = 60
  # Two or three sweeps.
  heartbeat_period = var.sweep_minutes * 3 * local.minutes
}

resource "aws_cloudwatch_metric_alarm" "failed_executions" {
  alarm_name        = "${var.prefix}-failed-executions"
  alarm_description = "A job failed or ran out of time. Its notice says why; without one, look at the execution."

  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic.arn]

  metric_query {
    id          = "ended"
    expression  = "SUM([FILL(failed, 0), FILL(late, 0)])"
    label       = "Executions that failed or timed out"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { failed = "ExecutionsFailed", late = "ExecutionsTimedOut" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/States"
        metric_name = metric_query.value
        dimensions  = { StateMachineArn = var.state_machine_arn }
        period      = 5 * local.minutes
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = var.queues

  alarm_name        = "${var.prefix}-${each.key}"
  alarm_description = "A message in the queue ${each.value}: an event was not delivered or not handled."

  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.value }
  statistic           = "Maximum"
  period              = 5 * local.minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic.arn]
}

# An address that takes no mail: this alarm cannot be mailed to it, either, but it is there to see.
resource "aws_cloudwatch_metric_alarm" "notices_undelivered" {
  alarm_name        = "${var.prefix}-notices-undelivered"
  alarm_description = "The topic ${var.topic.name} could not reach a subscriber."

  namespace           = "AWS/SNS"
  metric_name         = "NumberOfNotificationsFailed"
  dimensions          = { TopicName = var.topic.name }
  statistic           = "Sum"
  period              = 5 * local.minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic.arn]
}
