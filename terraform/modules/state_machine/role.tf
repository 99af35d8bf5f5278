resource "aws_iam_role" "state_machine" {
  name                 = var.role_name
  description          = "What the state machine ${var.name} may do."
  permissions_boundary = var.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "states.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnEquals    = { "aws:SourceArn" = var.arn }
      }
    }]
  })
}

resource "aws_iam_role_policy" "state_machine" {
  name = "state-machine"
  role = aws_iam_role.state_machine.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "CallTheFunctions"
          Effect   = "Allow"
          Action   = "lambda:InvokeFunction"
          Resource = [for handler in sort(keys(var.function_arns)) : var.function_arns[handler]]
        },
        {
          Sid      = "TellPeople"
          Effect   = "Allow"
          Action   = "sns:Publish"
          Resource = var.topic_arn
        },
        {
          # The delivery of logs knows no resources.
          Sid    = "WriteTheLog"
          Effect = "Allow"
          Action = [
            "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
            "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
          ]
          Resource = "*"
        },
      ],
      [
        for key in compact([var.kms_key_arn]) : {
          Sid      = "EncryptNotices"
          Effect   = "Allow"
          Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource = key
        }
      ],
      [
        # X-Ray knows no resources.
        for tracing in [var.tracing] : {
          Sid    = "Trace"
          Effect = "Allow"
          Action = [
            "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords",
            "xray:PutTraceSegments",
          ]
          Resource = "*"
        } if tracing
      ],
    )
  })
}
