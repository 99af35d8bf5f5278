locals {
  emr         = "elasticmapreduce.${var.partition == "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com"}"
  scaling     = "application-autoscaling.amazonaws.com"
  aws_policy  = "arn:${var.partition}:iam::aws:policy/service-role"
  node_roles  = concat([var.names["emr-ec2"].arn], [for key in sort(keys(var.custom_roles)) : "${local.role}/${var.regional_prefix}-emr-${key}"])
  role        = "arn:${var.partition}:iam::${var.account_id}:role"
  source_arns = "arn:${var.partition}:elasticmapreduce:${var.region}:${var.account_id}:*"
}

module "nodes" {
  source = "../node_role"

  name                 = var.names["emr-ec2"].name
  partition            = var.partition
  logs                 = var.logs
  buckets              = var.job_buckets
  permissions_boundary = var.permissions_boundary
}

module "custom" {
  source   = "../node_role"
  for_each = var.custom_roles

  name                 = "${var.regional_prefix}-emr-${each.key}"
  partition            = var.partition
  logs                 = var.logs
  buckets              = each.value.buckets
  managed_policy_arns  = each.value.managed_policy_arns
  permissions_boundary = var.permissions_boundary
}
