'use strict';
// Which roles submit hands to EMR, and which of them it may hand over.

const { namesOf, roleArn } = require('./names');

/** The two that RunJobFlow names unless a job says otherwise. */
function rolesInUse(settings) {
  if (!settings.create_roles) {
    return { service: settings.service_role, profile: settings.instance_profile };
  }
  const { emrRole } = namesOf(settings);
  return { service: emrRole('service'), profile: emrRole('ec2') };
}

/** A name, or an ARN of a role or of an instance profile whose role has the same name. */
function toRoleArn(role) {
  if (!role.startsWith('arn:')) return roleArn(role);
  return role.replace(':instance-profile/', ':role/');
}

/** By the service that takes them over; exact ARNs only. */
function passableRoles(settings) {
  const { emrRole } = namesOf(settings);
  const { service, profile } = rolesInUse(settings);
  const made = settings.create_roles;
  const custom = made ? Object.keys(settings.custom_roles) : [];
  return {
    emr: [toRoleArn(service)],
    ec2: [toRoleArn(profile), ...custom.map((key) => roleArn(emrRole(key)))],
    autoscaling: made && settings.autoscaling_role ? [roleArn(emrRole('autoscaling'))] : [],
    any: settings.passable_role_arns,
  };
}

module.exports = { passableRoles, rolesInUse };
