output "dead_letters_url" {
  description = "Address of the queue for events that no target took."
  value       = aws_sqs_queue.dead_letters.url
}
