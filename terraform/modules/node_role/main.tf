locals {
  s3       = "arn:${var.partition}:s3:::"
  readable = sort(keys(var.buckets))
  writable = [for bucket in local.readable : bucket if var.buckets[bucket] == "write"]

  # Without a statement there is no policy.
  statements = concat(
    [
      for logs in compact([var.logs]) : {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
        Resource = ["${local.s3}${logs}*"]
      }
    ],
    [
      for buckets in [local.readable] : {
        Sid      = "List"
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = [for bucket in buckets : "${local.s3}${bucket}"]
      } if length(buckets) > 0
    ],
    [
      for buckets in [local.readable] : {
        Sid      = "Read"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = [for bucket in buckets : "${local.s3}${bucket}/*"]
      } if length(buckets) > 0
    ],
    [
      for buckets in [local.writable] : {
        Sid    = "Write"
        Effect = "Allow"
        Action = [
          "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ]
        Resource = [for bucket in buckets : "${local.s3}${bucket}/*"]
      } if length(buckets) > 0
    ],
  )
}

resource "aws_iam_role" "nodes" {
  name                  = var.name
  description           = "What the nodes of EMR clusters may do."
  permissions_boundary  = var.permissions_boundary
  force_detach_policies = true

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "nodes" {
  count = length(local.statements) > 0 ? 1 : 0

  name   = "buckets"
  role   = aws_iam_role.nodes.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })
}

resource "aws_iam_role_policy_attachment" "nodes" {
  for_each = toset(var.managed_policy_arns)

  role       = aws_iam_role.nodes.name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "nodes" {
  name = var.name
  role = aws_iam_role.nodes.name
}
