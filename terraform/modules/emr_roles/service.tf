# EMR itself. AWS's policy (v2) works on what has the tag for-use-with-amazon-emr-managed-policies;
# the manager sends it with each cluster. It lets EMR pass only roles with EMR's default names.
resource "aws_iam_role" "service" {
  name                  = var.names["emr-service"].name
  description           = "What EMR may do to run clusters."
  permissions_boundary  = var.permissions_boundary
  force_detach_policies = true

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = local.emr }
      Action    = "sts:AssumeRole"
      Condition = {
        StringEquals = { "aws:SourceAccount" = var.account_id }
        ArnLike      = { "aws:SourceArn" = local.source_arns }
      }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "service" {
  role       = aws_iam_role.service.name
  policy_arn = "${local.aws_policy}/AmazonEMRServicePolicy_v2"
}

resource "aws_iam_role_policy" "pass" {
  name = "pass-roles"
  role = aws_iam_role.service.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{
        Sid       = "PassToNodes"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = concat(local.node_roles, var.passable_role_arns)
        Condition = { StringLike = { "iam:PassedToService" = "ec2.amazonaws.com*" } }
      }],
      [
        for roles in [concat(var.autoscaling_role ? [var.names["emr-autoscaling"].arn] : [], var.passable_role_arns)] : {
          Sid       = "PassToAutoScaling"
          Effect    = "Allow"
          Action    = "iam:PassRole"
          Resource  = roles
          Condition = { StringLike = { "iam:PassedToService" = "${local.scaling}*" } }
        } if var.autoscaling_role || length(var.passable_role_arns) > 0
      ],
    )
  })
}

resource "aws_iam_role" "autoscaling" {
  count = var.autoscaling_role ? 1 : 0

  name                  = var.names["emr-autoscaling"].name
  description           = "What custom automatic scaling of EMR clusters may do."
  permissions_boundary  = var.permissions_boundary
  force_detach_policies = true

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = [local.emr, local.scaling] }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "autoscaling" {
  count = var.autoscaling_role ? 1 : 0

  role       = aws_iam_role.autoscaling[0].name
  policy_arn = "${local.aws_policy}/AmazonElasticMapReduceforAutoScalingRole"
}
