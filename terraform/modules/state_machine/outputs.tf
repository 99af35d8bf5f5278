output "arn" {
  description = "ARN of the state machine."
  value       = aws_sfn_state_machine.jobs.arn
}

output "role_arn" {
  description = "ARN of its role."
  value       = aws_iam_role.state_machine.arn
}
