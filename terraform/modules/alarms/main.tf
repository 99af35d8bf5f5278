locals {
  minutes = 60
  # Two or three sweeps.
  heartbeat_period = var.sweep_minutes * 3 * local.minutes
  ended_by_sweep   = "ClustersEndedBySweep"
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

# What should never happen, each counted by a metric: one of it within five minutes is an alarm.
locals {
  mishaps = merge(
    { for purpose, queue in var.queues : purpose => {
      description = "A message in the queue ${queue}: an event was not delivered or not handled."
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = queue }
      statistic   = "Maximum"
    } },
    {
      # An address that takes no mail: this cannot be mailed to it, either, but it is there to see.
      "notices-undelivered" = {
        description = "The topic ${var.topic.name} could not reach a subscriber."
        namespace   = "AWS/SNS"
        metric      = "NumberOfNotificationsFailed"
        dimensions  = { TopicName = var.topic.name }
        statistic   = "Sum"
      }
      "sweep-found-something" = {
        description = "The sweep had to end a cluster. Its log (${var.sweep.log_group}) says which and why."
        namespace   = var.prefix
        metric      = local.ended_by_sweep
        dimensions  = {}
        statistic   = "Sum"
      }
      "sweep-errors" = {
        description = "The sweep failed. Its log (${var.sweep.log_group}) says why."
        namespace   = "AWS/Lambda"
        metric      = "Errors"
        dimensions  = { FunctionName = var.sweep.name }
        statistic   = "Sum"
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "mishaps" {
  for_each = local.mishaps

  alarm_name        = "${var.prefix}-${each.key}"
  alarm_description = each.value.description

  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = 5 * local.minutes
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic.arn]
}
