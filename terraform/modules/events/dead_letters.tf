resource "aws_sqs_queue" "dead_letters" {
  name                      = var.queue.name
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.url

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "Rules"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = var.queue.arn
        Condition = { ArnEquals = { "aws:SourceArn" = [for rule in sort(keys(local.targets)) : var.rules[rule].arn] } }
      },
      {
        Sid       = "OnlyEncryptedInTransit"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = var.queue.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}
