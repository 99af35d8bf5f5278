locals {
  # AWS's own key costs nothing, but admits no CloudWatch.
  makes_key = var.alarms && var.kms_key_arn == null
  key       = local.makes_key ? aws_kms_key.topic[0].arn : coalesce(var.kms_key_arn, "alias/aws/sns")
}

resource "aws_sns_topic" "failures" {
  name              = var.name
  display_name      = "EMR Cluster Manager"
  kms_master_key_id = local.key
}

resource "aws_sns_topic_policy" "failures" {
  arn = aws_sns_topic.failures.arn

  # Who else may publish is said in the publishers' own policies.
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "OnlyEncryptedInTransit"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = var.arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }],
      [
        for alarms in [var.alarms] : {
          Sid       = "Alarms"
          Effect    = "Allow"
          Principal = { Service = "cloudwatch.amazonaws.com" }
          Action    = "sns:Publish"
          Resource  = var.arn
          Condition = {
            StringEquals = { "aws:SourceAccount" = var.account_id }
            ArnLike      = { "aws:SourceArn" = var.alarm_arns }
          }
        } if alarms
      ],
    )
  })
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = aws_sns_topic.failures.arn
  protocol  = "email"
  endpoint  = each.value
}
