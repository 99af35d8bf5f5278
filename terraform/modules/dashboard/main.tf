locals {
  executions = ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]

  charts = [
    { title = "Executions", stat = "Sum", metrics = [for metric in local.executions : ["AWS/States", metric, "StateMachineArn", var.state_machine_arn]] },
    { title = "Time of an execution (ms)", stat = "p90", metrics = [["AWS/States", "ExecutionTime", "StateMachineArn", var.state_machine_arn]] },
    { title = "Errors of the functions", stat = "Sum", metrics = [for name in var.functions : ["AWS/Lambda", "Errors", "FunctionName", name]] },
    { title = "Time of the functions (ms)", stat = "p90", metrics = [for name in var.functions : ["AWS/Lambda", "Duration", "FunctionName", name]] },
    { title = "Throttled calls of the functions", stat = "Sum", metrics = [for name in var.functions : ["AWS/Lambda", "Throttles", "FunctionName", name]] },
    { title = "Dead letters", stat = "Maximum", metrics = [for name in var.queues : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]] },
  ]
}

resource "aws_cloudwatch_dashboard" "jobs" {
  dashboard_name = var.name

  dashboard_body = jsonencode({
    widgets = [
      for index, chart in local.charts : {
        type   = "metric"
        x      = index % 2 * 12
        y      = floor(index / 2) * 6
        width  = 12
        height = 6
        properties = {
          title   = chart.title
          region  = var.region
          view    = "timeSeries"
          stat    = chart.stat
          period  = 300
          metrics = chart.metrics
        }
      }
    ]
  })
}
