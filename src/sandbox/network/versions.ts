/** Some of those that Microsoft.Network supports. */
export const NETWORK_VERSIONS = ['2023-11-01', '2024-03-01', '2024-05-01'];
export const COMPUTE_VERSIONS = ['2023-09-01', '2024-03-01', '2024-07-01'];
/** Where all of Contoso stands. */
export const LOCATION = 'westeurope';
