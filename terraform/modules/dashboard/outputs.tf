output "name" {
  description = "Name of the dashboard."
  value       = aws_cloudwatch_dashboard.jobs.dashboard_name
}
