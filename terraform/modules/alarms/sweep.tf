# The sweep's last line says how many clusters it had to end: none, if everything is well.
resource "aws_cloudwatch_log_metric_filter" "sweep" {
  name           = "${var.prefix}-sweep"
  log_group_name = var.sweep.log_group
  pattern        = "{ ($.message = \"sweep done\") && ($.dry_run IS FALSE) }"

  metric_transformation {
    namespace = var.prefix
    name      = local.ended_by_sweep
    value     = "$.ended"
  }
}

# Silence is the fault: the schedule is off or gone, the function is gone, or nothing it does succeeds.
resource "aws_cloudwatch_metric_alarm" "sweep_heartbeat" {
  alarm_name        = "${var.prefix}-sweep-heartbeat"
  alarm_description = "No sweep succeeded on schedule: clusters that are left behind would live on. Look at the rule ${var.schedule_rule} and the function ${var.sweep.name}."

  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 2
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic.arn]
  ok_actions          = [var.topic.arn]

  metric_query {
    id          = "heartbeat"
    expression  = "MIN([FILL(scheduled, 0), FILL(run, 0) - FILL(failed, 0)])"
    label       = "Sweeps that were due and succeeded"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      scheduled = { namespace = "AWS/Events", name = "TriggeredRules", dimensions = { RuleName = var.schedule_rule } }
      run       = { namespace = "AWS/Lambda", name = "Invocations", dimensions = { FunctionName = var.sweep.name } }
      failed    = { namespace = "AWS/Lambda", name = "Errors", dimensions = { FunctionName = var.sweep.name } }
    }
    content {
      id = metric_query.key
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.name
        dimensions  = metric_query.value.dimensions
        period      = local.heartbeat_period
        stat        = "Sum"
      }
    }
  }
}
