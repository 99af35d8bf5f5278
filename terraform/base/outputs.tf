output "stage" {
  description = "The environment."
  value       = local.stage
}

output "state_machine_arn" {
  description = "What `aws stepfunctions start-execution --state-machine-arn` takes."
  value       = module.state_machine.arn
}

output "topic_arn" {
  description = "Topic for failures: what else is to hear of them subscribes here."
  value       = module.failures_topic.arn
}

output "job_table" {
  description = "Name of the job table."
  value       = module.job_table.name
}

output "event_dead_letters_url" {
  description = "Queue for events that no function took."
  value       = module.events.dead_letters_url
}

output "custom_instance_profiles" {
  description = "What a job names as instance_profile, by the key in custom_roles."
  value       = var.create_roles ? module.emr_roles[0].custom_instance_profiles : {}
}

output "next" {
  description = "What to do now."
  value = join("\n", concat(
    ["Try it:       make ENV=${local.stage} deploy-word-count EXAMPLE_BUCKET=my-bucket && make ENV=${local.stage} smoke"],
    ["Start a job:  emrctl start job.json --stage ${local.stage} --region ${var.region}"],
    [
      length(var.notification_emails) > 0
      ? "Notices:      each of ${join(", ", var.notification_emails)} must confirm the mail from AWS Notifications"
      : "Notices:      nobody hears of failures: set notification_emails, or subscribe to ${module.names.topic.arn}"
    ],
  ))
}
