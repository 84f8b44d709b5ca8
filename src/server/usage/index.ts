export { insertUsage } from './insert-usage';
export { billingOf, NOBODYS, type Billing, type NewUsage } from './new-usage';
export { priceUsage } from './price-usage';
export { totalUsage } from './total-usage';
