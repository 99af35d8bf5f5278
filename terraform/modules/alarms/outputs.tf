output "names" {
  description = "Names of the alarms."
  value = sort(concat(
    [for alarm in aws_cloudwatch_metric_alarm.dead_letters : alarm.alarm_name],
    [
      aws_cloudwatch_metric_alarm.failed_executions.alarm_name,
      aws_cloudwatch_metric_alarm.notices_undelivered.alarm_name,
      aws_cloudwatch_metric_alarm.sweep_errors.alarm_name,
      aws_cloudwatch_metric_alarm.sweep_found.alarm_name,
      aws_cloudwatch_metric_alarm.sweep_heartbeat.alarm_name,
    ],
  ))
}
