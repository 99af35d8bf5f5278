output "names" {
  description = "Names of the alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.mishaps : alarm.alarm_name],
    [
      aws_cloudwatch_metric_alarm.failed_executions.alarm_name,
      aws_cloudwatch_metric_alarm.sweep_heartbeat.alarm_name,
    ],
  ))
}
